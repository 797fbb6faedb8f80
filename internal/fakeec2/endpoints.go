package fakeec2

// created is what a client token stands for.
type created struct{ request, endpoint string }
