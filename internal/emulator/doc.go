// Package emulator deploys every product for real in MiniStack, an emulator of AWS, with the functions'
// own binaries. It holds no code, only that test. `make tools` installs the emulator from its lock;
// tools/launch.py starts it on 127.0.0.1, with what it lacks, for as long as the test lives.
//
// Each launch has an account of its own. Every variant of velodb goes with every combination of the
// switches and house rules; every stack of the other products goes with every combination of switches,
// choices, optional parameters and house rules, or, where there are more than 16, with so many that
// any two choices meet; what the Rules refuse is refused. All go through create, an update without
// changes, a change set to the combination that differs most, an update that fails at its very end and
// rolls back, and delete.
//
// What must come of the other products' stacks is not written down: internal/published evaluates the
// template, and everything that the account holds is compared with that and with what was there before.
//
//	what                                   | proven here                | not provable here
//	---------------------------------------|----------------------------|--------------------------------
//	the template deploys                   | resource by resource, with | that AWS knows every property:
//	                                       | every condition on and off | see internal/lint; timing, and
//	                                       |                            | what AWS does side by side
//	Rules, patterns, allowed values        | refused before anything    | a parameter that the template
//	                                       | is made                    | does not have is taken
//	what resources become: trusts, policies| roles, users, policies,    | encryption, life cycle and logs
//	as JSON texts too, attachments, lists  | profiles, queues, rules,   | of buckets, retention of logs,
//	that are split and joined, conditions  | access entries, buckets,   | sessions, descriptions: MiniStack
//	that vanish                            | outputs: to the letter     | keeps or shows none of it
//	a change set                           | what it adds and removes   | what it calls replaced
//	an update rolls back, a stack goes     | the account is as before;  | names that are taken for a while
//	                                       | kept buckets are all left  | after a deletion
//	policies are ones                      | IAM's grammar and limits,  | that principals of other accounts
//	                                       | who they are attached to   | exist; what they grant: see
//	                                       |                            | internal/published
//	what the customer has already          | buckets, roles, clusters   | –
//	                                       | are as before, but for     |
//	                                       | policies they were to get  |
//	EKS                                    | issuer, provider, access   | who really may take a role with
//	                                       | mode and entries, with     | a token of a service account
//	                                       | what fails and says why    |
//	secrets                                | the one key of the user is | –
//	                                       | in it, and in no output    |
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
//	a deletion while warehouses run, or    | fails, names what is left  | that the rest stays: MiniStack
//	profiles of Karpenter are left         |                            | goes on
//	the customer's VPC and gateway         | as before, to the byte,    | lag, throttling, states other
//	endpoint                               | but DNS of the VPC is on   | than available: see
//	                                       |                            | internal/fakeec2
//	two stacks in one subnet               | share the gateway and the  | both at the same moment: see
//	                                       | private names              | internal/histories
//
// Where MiniStack is wrong, tools/*.py say so beside the work-around, and mistakes_test.go shows that
// their checks refuse. What is wrong and needs none: buckets of other accounts cannot be seen (each
// account launches from a copy); capabilities are checked only because AUTH is on; an instance of
// another type keeps its public address.
package emulator
