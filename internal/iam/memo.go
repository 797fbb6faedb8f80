package iam

import "sync"

// memo keeps the answers to one kind of question, whose answer depends on nothing but the question.
// The variants of a stack, and its statements, ask the same ones over and over. Goroutines may share
// it; what is kept is shared too and must not be changed.
type memo[Q comparable, A any] struct {
	mu    sync.Mutex
	known map[Q]A
}

// of gives the answer, which it works out the first time. Working it out must not ask this memo.
func (m *memo[Q, A]) of(question Q, answer func() A) A {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.known[question]
	if !ok {
		if m.known == nil {
			m.known = map[Q]A{}
		}
		a = answer()
		m.known[question] = a
	}
	return a
}
