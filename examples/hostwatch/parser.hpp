// The actor between what comes in and the store: reads, checks, hands over. It may crash.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "http_bridge/request_message.hpp"
#include "examples/hostwatch/faults.hpp"
#include "examples/hostwatch/owed_answers.hpp"
#include "examples/hostwatch/permits.hpp"
#include "examples/hostwatch/proc_files.hpp"
#include "examples/hostwatch/store_access.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace hostwatch {

/// The host this process runs on.
struct host_identity {
  std::string name;
  std::uint64_t ticks_per_second = 100; ///< Unit of /proc/stat.
};

/// A look at this host, from the sampler.
struct local_texts {
  std::shared_ptr<const proc_texts> texts;
  permit place;
};

/// `http::request` (POST /samples): 400 for a body that is not JSON, 422 naming the field, 429 when the store is full;
/// 202 once the store has acknowledged. `local_texts`: the same way without anybody to answer; a failure is logged.
class parser {
public:
  static constexpr std::string_view type_name = "parser";

  parser(troupe::supervised_actor* self, store_access store,
         std::shared_ptr<const host_identity> here);

  caf::behavior make_behavior();
  void on_stop(const troupe::stop_request& request);

private:
  void take(const troupe::http::request& request);
  void take(const proc_texts& texts);

  troupe::supervised_actor* self_;
  store_access store_;
  std::shared_ptr<const host_identity> here_;
  owed_answers owed_;
  fault_switch faults_;
};

} // namespace hostwatch

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::local_texts)
