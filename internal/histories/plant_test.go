package histories

// plant is a defect that a test puts into a function, its client or its answers.
type plant struct{}
