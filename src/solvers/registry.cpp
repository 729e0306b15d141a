#include "solvers/adaptive_greedy.hpp"
#include "solvers/baselines/decoupled.hpp"
#include "solvers/baselines/homogeneous.hpp"
#include "solvers/baselines/lp_rounding.hpp"
#include "solvers/exact.hpp"
#include "solvers/greedy.hpp"
#include "solvers/milp_solver.hpp"
#include "solvers/portfolio.hpp"
#include "solvers/solver.hpp"

namespace allot {

const std::vector<const Solver*>& all_solvers() {
    static const Portfolio portfolio;
    static const GreedySolver greedy;
    static const AdaptiveGreedySolver adaptive_greedy;
    static const ExactSolver exact;
    static const MilpSolver milp;
    static const LpRoundingSolver lp_rounding;
    static const DecoupledSolver decoupled;
    static const HomogeneousSolver homogeneous;
    static const std::vector<const Solver*> solvers{&portfolio, &greedy,      &adaptive_greedy, &exact,
                                                    &milp,      &lp_rounding, &decoupled,       &homogeneous};
    return solvers;
}

const Solver* find_solver(const std::string& name) {
    for (const Solver* solver : all_solvers()) {
        if (solver->name() == name) return solver;
    }
    return nullptr;
}

}  // namespace allot
