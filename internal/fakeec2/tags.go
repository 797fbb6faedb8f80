package fakeec2

type tag struct {
	key, value string
	valued     bool
}
