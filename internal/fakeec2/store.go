package fakeec2

import (
	"slices"
	"time"
)

// store keeps every state that objects of one kind ever had, so that a read can show an old one.
// States are never changed once they are here.
type store[T kind[T]] struct{ objects []*object[T] }

type kind[T any] interface{ clone() T }

type object[T any] struct {
	id     string
	states []state[T]
}

// state is valid from a moment on; nil means that the object does not exist.
type state[T any] struct {
	from  time.Time
	value *T
}

func (o *object[T]) at(moment time.Time) *T {
	for _, s := range slices.Backward(o.states) {
		if !s.from.After(moment) {
			return s.value
		}
	}
	return nil
}

// now is the last state, which writes act on; nil where the object is unknown or gone.
func (s *store[T]) now(id string) *T {
	if o := s.find(id); o != nil {
		return o.states[len(o.states)-1].value
	}
	return nil
}

func (s *store[T]) find(id string) *object[T] {
	for _, o := range s.objects {
		if o.id == id {
			return o
		}
	}
	return nil
}

// put adds a state. The value is cloned.
func (s *store[T]) put(from time.Time, id string, value *T) {
	if value != nil {
		copied := (*value).clone()
		value = &copied
	}
	o := s.find(id)
	if o == nil {
		o = &object[T]{id: id}
		s.objects = append(s.objects, o)
	}
	o.states = append(o.states, state[T]{from, value})
}

// all lists what exists, in the order in which it was made.
func (s *store[T]) all() (all []*T) {
	for _, o := range s.objects {
		if value := o.states[len(o.states)-1].value; value != nil {
			all = append(all, value)
		}
	}
	return all
}
