// SPDX-License-Identifier: Apache-2.0
// The standard process_* metrics of this process, from /proc/self.

#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace gitsync::metrics {

// As of now. What /proc does not tell is left out.
std::vector<prometheus::MetricFamily> process_metrics();

}  // namespace gitsync::metrics
