#pragma once

namespace allot {

/// How one replica is laid out: model j on tier k with tensor-parallel degree n and pipeline depth m.
struct Shape {
    int model = 0;
    int tier = 0;
    int tensor = 1;
    int pipeline = 1;
    bool operator==(const Shape&) const = default;
};

}  // namespace allot
