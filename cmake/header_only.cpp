// Stands in as the source of a layer that consists of headers alone.
// SPDX-License-Identifier: BSD-3-Clause
