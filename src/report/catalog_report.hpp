#pragma once

#include <string>

#include "allot/catalog.hpp"
#include "report/style.hpp"

namespace allot {

/// Which lists of a catalogue to show.
struct CatalogParts {
    bool models = true;
    bool tiers = true;
    bool engines = true;
};

/// What instances may name, with how well the figures of every tier are backed.
std::string catalog_text(const Catalog& catalog, const CatalogParts& parts, const Style& style);

/// The same for programs: {"format": "allot-catalog/1", "models": [...], "tiers": [...], "engines": [...]}.
std::string catalog_json(const Catalog& catalog, const CatalogParts& parts);

}  // namespace allot
