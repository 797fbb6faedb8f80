// Package coldstart holds no code, only measurements of what a function costs before its first
// event: the size of its zip, and the time and memory from the start of its process to its first
// poll of Lambda's runtime API. Each runs as Lambda runs it: the file bootstrap of its zip, built
// for this machine, with Lambda's environment, against a runtime API on 127.0.0.1 that has no
// event.
//
//	go test ./internal/coldstart                              the limits, generously: machines are busy
//	make bench-tools                                          installs the comparison into .cache/
//	go test ./internal/coldstart -run '^$' -bench Start       the measures, of 20 starts or more
//
// The comparison is python/subnetfacts.py: a part of lambda/subnetfacts on crhelper and boto3, run
// by awslambdaric, the client of Lambda's own Python runtime. Its starts alternate with those of
// our subnetfacts, so that the ratios hold on a busy machine. It is flattered: its libraries are
// compiled beforehand, and it makes one call of our four.
//
//	ms/first-poll     median, from before fork to the arrival of GET /runtime/invocation/next
//	MiB               largest resident set of any start, up to that moment
//	x-time, x-memory  Python's measure divided by that of our subnetfacts
//
// Lambda adds what is not measured here: fetching and mounting the zip, and less than one processor
// below 1,769 MB of memory
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
package coldstart
