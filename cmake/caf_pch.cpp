// The one source of the target that owns the precompiled CAF headers; it has nothing to say itself.
// SPDX-License-Identifier: BSD-3-Clause
