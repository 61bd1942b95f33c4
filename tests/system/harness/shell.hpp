// Command lines as people type them, with the programs of this tree.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace harness {

/// A folder of its own, gone at the end.
class scratch_folder {
public:
  /// @throws std::runtime_error when it cannot be made.
  scratch_folder();
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
  std::string path_;
};

struct shell_result {
  int status = -1; ///< -1: a signal ended it.
  std::string out;
  std::string err;
};

/// Runs a line in `sh`. The programs of this tree are found by name; the variables that they look
/// at are not set unless the line sets them.
[[nodiscard]] shell_result shell(const std::string& line);

/// The whole of a file; empty when it cannot be read.
[[nodiscard]] std::string content_of(const std::string& path);

} // namespace harness
