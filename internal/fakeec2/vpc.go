package fakeec2

func describeVPCs(p *params) operation {
	return func(r *run) error { return nil }
}
