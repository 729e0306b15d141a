#include "io/importers/trace_classes.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace allot {

namespace {

struct Point {
    double x = 0;
    double y = 0;
};

/// log2(1 + tokens), linear between powers of two: exact arithmetic, where std::log2 may differ between platforms.
double log_tokens(int tokens) {
    int exponent = 0;
    const double mantissa = std::frexp(1.0 + tokens, &exponent);  // in [1/2, 1)
    return exponent - 1 + (2 * mantissa - 1);
}

std::vector<Point> to_points(const std::vector<TraceRequest>& requests) {
    std::vector<Point> points;
    points.reserve(requests.size());
    for (const TraceRequest& request : requests) {
        points.push_back({log_tokens(request.input_tokens), log_tokens(request.output_tokens)});
    }
    return points;
}

std::vector<Point> first_centres(const std::vector<Point>& points, std::size_t num_classes) {
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return points[a].x + points[a].y < points[b].x + points[b].y;
    });
    std::vector<Point> centres;
    for (std::size_t c = 0; c < num_classes; ++c) {
        centres.push_back(points[order[(2 * c + 1) * points.size() / (2 * num_classes)]]);
    }
    return centres;
}

std::size_t nearest(const std::vector<Point>& centres, const Point& point) {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < centres.size(); ++c) {
        const double dx = centres[c].x - point.x;
        const double dy = centres[c].y - point.y;
        const double distance = dx * dx + dy * dy;
        if (distance < least) {
            least = distance;
            best = c;
        }
    }
    return best;
}

/// Centres move to the means of their points; one without points stays.
void move_centres(const std::vector<Point>& points, const std::vector<std::size_t>& label,
                  std::vector<Point>& centres) {
    std::vector<Point> sum(centres.size());
    std::vector<double> count(centres.size(), 0);
    for (std::size_t p = 0; p < points.size(); ++p) {
        sum[label[p]].x += points[p].x;
        sum[label[p]].y += points[p].y;
        count[label[p]] += 1;
    }
    for (std::size_t c = 0; c < centres.size(); ++c) {
        if (count[c] > 0) {
            centres[c] = {sum[c].x / count[c], sum[c].y / count[c]};
        }
    }
}

std::vector<std::size_t> cluster(const std::vector<Point>& points, std::size_t num_classes) {
    constexpr int kMaxRounds = 100;
    std::vector<Point> centres = first_centres(points, num_classes);
    std::vector<std::size_t> label(points.size(), num_classes);
    for (int round = 0; round < kMaxRounds; ++round) {
        bool has_changed = false;
        for (std::size_t p = 0; p < points.size(); ++p) {
            const std::size_t closest = nearest(centres, points[p]);
            has_changed = has_changed || closest != label[p];
            label[p] = closest;
        }
        if (!has_changed) {
            break;
        }
        move_centres(points, label, centres);
    }
    return label;
}

void set_means(const std::vector<TraceRequest>& requests, TraceClass& group) {
    double input = 0;
    double output = 0;
    for (const std::size_t r : group.requests) {
        input += requests[r].input_tokens;
        output += requests[r].output_tokens;
    }
    const auto count = static_cast<double>(group.requests.size());
    group.mean_input_tokens = input / count;
    group.mean_output_tokens = output / count;
}

}  // namespace

std::vector<TraceClass> group_requests(const std::vector<TraceRequest>& requests, int num_classes) {
    assert(!requests.empty() && num_classes >= 1);
    const std::vector<std::size_t> label =
        cluster(to_points(requests), static_cast<std::size_t>(num_classes));
    std::vector<TraceClass> classes(static_cast<std::size_t>(num_classes));
    for (std::size_t r = 0; r < requests.size(); ++r) {
        classes[label[r]].requests.push_back(r);
    }
    std::erase_if(classes, [](const TraceClass& group) { return group.requests.empty(); });
    for (TraceClass& group : classes) {
        set_means(requests, group);
    }
    const auto total = [](const TraceClass& group) {
        return group.mean_input_tokens + group.mean_output_tokens;
    };
    std::stable_sort(classes.begin(), classes.end(),
                     [&](const TraceClass& a, const TraceClass& b) { return total(a) < total(b); });
    return classes;
}

double span_hours(const std::vector<TraceRequest>& requests) {
    if (requests.empty()) {
        return 0;
    }
    return static_cast<double>(requests.back().ticks - requests.front().ticks) / kTicksPerSecond / 3600;
}

std::size_t busiest_window(const std::vector<TraceRequest>& requests, const std::vector<std::size_t>& indices,
                           std::int64_t window_ticks) {
    assert(window_ticks > 0);
    std::size_t most = 0;
    std::size_t first = 0;
    for (std::size_t last = 0; last < indices.size(); ++last) {
        while (requests[indices[last]].ticks - requests[indices[first]].ticks >= window_ticks) {
            ++first;
        }
        most = std::max(most, last - first + 1);
    }
    return most;
}

}  // namespace allot
