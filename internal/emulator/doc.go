// Package emulator deploys velodb for real in MiniStack, an emulator of AWS, with the functions' own
// binaries. It holds no code, only that test. `make tools` installs the emulator from its lock;
// tools/launch.py starts it on 127.0.0.1, with what it lacks, for as long as the test lives.
//
// Each launch has an account and a VPC of its own. Every variant goes with every combination of the
// switches and house rules through create, an update without changes, a change set, an update of
// parameters, an update that fails and rolls back, and delete.
//
//	what                                   | proven here                | not provable here
//	---------------------------------------|----------------------------|--------------------------------
//	the template deploys                   | resource by resource, with | that AWS knows every property:
//	                                       | every condition on and off | see internal/lint; timing, and
//	                                       |                            | what AWS does side by side
//	Rules, patterns, allowed values        | refused before anything    | a parameter that the template
//	                                       | is made                    | does not have is taken
//	functions start and answer             | the shipped sources as a   | arm64, Lambda's limits, a
//	                                       | zip, its digest, its log   | second delivery of one event:
//	                                       | group, its events, the PUT | see internal/engine
//	a function's role is wide enough       | every call is judged by    | conditions on route53; who may
//	                                       | IAM with resources, tags   | pass roles; SCPs; session
//	                                       | and EC2's condition keys;  | policies. The policies of the
//	                                       | within the boundary        | agent: nobody calls with them
//	the launch policies (iam/launch)       | –                          | CloudFormation's own calls are
//	                                       |                            | not judged
//	house rules reach every role, user and | path, boundary, prefix     | –
//	function                               |                            |
//	the user data                          | run by bash, but for the   | the vendor's script, IMDS, the
//	                                       | vendor's script: settings  | image, cloud-init
//	                                       | byte by byte, the signal   |
//	a failing boot, zone, digest or        | rolls back, says why,      | Delete after a Create that
//	permission                             | leaves nothing             | FAILED: MiniStack sends none
//	a deletion while warehouses run        | fails, names what is left  | that the rest stays: MiniStack
//	                                       |                            | goes on
//	the customer's VPC and gateway         | as before, to the byte,    | lag, throttling, states other
//	endpoint                               | but DNS of the VPC is on   | than available: see
//	                                       |                            | internal/fakeec2
//	two stacks in one subnet               | share the gateway and the  | both at the same moment: see
//	                                       | private names              | internal/histories
//
// Where MiniStack is wrong, tools/*.py say so beside the work-around. What is wrong and needs none:
// buckets of other accounts cannot be seen (each account launches from a copy); capabilities are
// checked only because AUTH is on; an instance of another type keeps its public address.
package emulator
