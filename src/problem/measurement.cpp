#include "allot/measurement.hpp"

namespace allot {

const char* to_string(MeasurementKind kind) {
    switch (kind) {
        case MeasurementKind::static_batch:
            return "static_batch";
        case MeasurementKind::closed_loop:
            return "closed_loop";
        case MeasurementKind::per_layer:
            break;
    }
    return "per_layer";
}

}  // namespace allot
