// The few types of Boost.Asio that the engine is made of.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <chrono>

namespace troupe::http {

// Bound to io_context's own executor: the default, any_io_executor, costs an indirect call per operation.
using loop_executor = boost::asio::io_context::executor_type;
using loop_descriptor = boost::asio::posix::basic_stream_descriptor<loop_executor>;
using loop_timer = boost::asio::basic_waitable_timer<
  std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, loop_executor>;

} // namespace troupe::http
