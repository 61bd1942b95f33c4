// Lets requests and responses travel as messages between local actors.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/request.hpp"
#include "http_bridge/response.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

// Both are meant for actors of one process and are never serialised: CAF calls such a type unsafe.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::http::request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::http::response)
