// SPDX-License-Identifier: Apache-2.0
// What a person wants to know of this process, as text: threads, memory, descriptors.

#pragma once

#include <string>

namespace gitsync::http {

// One line a thread: id, name, state, CPU seconds.
std::string thread_report();
// Totals of the allocator, and the resident memory by kind.
std::string memory_report();
// The allocator's own account of its arenas (malloc_info(3)): XML.
std::string allocator_details();
// One line a descriptor: number and what it is.
std::string descriptor_report();

}  // namespace gitsync::http
