#pragma once

#include <string>
#include <string_view>

#include "allot/catalog.hpp"

namespace allot {

/// One file of a catalogue: its content, and its name for messages.
struct CatalogText {
    std::string_view text;
    std::string file;
};

/// Reads a catalogue. Throws InputError with all problems of all three files.
Catalog parse_catalog(const CatalogText& hardware, const CatalogText& models, const CatalogText& accuracy);

}  // namespace allot
