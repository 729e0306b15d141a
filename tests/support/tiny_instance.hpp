#pragma once

#include "allot/instance.hpp"

namespace allot::testing {

/// A small instance with round numbers, made without any file: 3 query types x 2 models x 2 tiers, two GPU pools.
///
///   type   rate/h  tokens in, out  limits                                      models
///   chat   3600    500, 200        delay 20 s, TTFT 1 s, TPOT 0.1 s, error 0.25  all     5 % may stay unserved
///   code   1800    2000, 50        delay 10 s, error 0.35 (errors given)         all     all must be served
///   batch  360     1000, 500       mean delay 60 s, no error limit               large   all must be served
///
///   model  weights at 16 bit   KV per token   error of task "qa" at 16 bit
///   small  2 GB + 0.4 GB       40 kB          0.20
///   large  20 GB + 0.8 GB      160 kB         0.10
///
///   tier         memory, bandwidth     price       node
///   gpu-a/bf16   24 GB, 1000 GB/s      0.5 USD/h   4 GPUs
///   gpu-b/fp8    80 GB, 3000 GB/s      2.0 USD/h   8 GPUs
///
/// No budget, no limited pool, no uncertainty, no switching cost. Variants: tiny_instance().with(...), or change the data.
InstanceData tiny_instance_data();

inline Instance tiny_instance() { return Instance(tiny_instance_data()); }

}  // namespace allot::testing
