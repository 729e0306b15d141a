// Boost.JSON, which judges what Allot writes as JSON: compiled here from its headers.
#include <boost/json/src.hpp>
