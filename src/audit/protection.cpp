#include "audit/protection.hpp"

#include <algorithm>

namespace allot::auditing {

double worst_deviation(std::vector<Deviant> deviants, double budget) {
    std::sort(deviants.begin(), deviants.end(),
              [](const Deviant& a, const Deviant& b) { return a.amount > b.amount; });
    double sum = 0;
    for (const Deviant& deviant : deviants) {
        const double fraction = std::min(deviant.cap, budget);
        if (!(fraction > 0)) continue;
        sum += fraction * deviant.amount;
        budget -= fraction;
    }
    return sum;
}

}  // namespace allot::auditing
