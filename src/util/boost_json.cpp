// Boost.JSON as headers only: its definitions are compiled here, once.
#include <boost/json/src.hpp>
