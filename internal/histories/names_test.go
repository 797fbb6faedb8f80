// Package histories proves that the functions in lambda/ keep their promises whatever CloudFormation,
// Lambda, EC2 and the customer do: it drives them through the engine and an EC2 in memory, by named
// cases, by crashes at every write, by every fault there is, and by random histories.
package histories
