package engine

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// Resource is a custom resource in a template.
type Resource struct {
	LogicalID, Type string
	Token           string // ServiceToken
	Timeout         int    // ServiceTimeout in seconds; 0 means 3600
	Properties      map[string]any
	DependsOn       []string
	Retain          bool // DeletionPolicy
}

// Status of a stack, as CloudFormation names it.
type Status string

// States in which a stack comes to rest.
const (
	Created              Status = "CREATE_COMPLETE"
	RolledBack           Status = "ROLLBACK_COMPLETE"
	RollbackFailed       Status = "ROLLBACK_FAILED"
	Updated              Status = "UPDATE_COMPLETE"
	UpdateRolledBack     Status = "UPDATE_ROLLBACK_COMPLETE"
	UpdateRollbackFailed Status = "UPDATE_ROLLBACK_FAILED"
	Deleted              Status = "DELETE_COMPLETE"
	DeleteFailed         Status = "DELETE_FAILED"
)

// Stack is one stack. Its operations are called one after the other; resources that do not depend
// on each other are worked on at the same time.
type Stack struct {
	engine *Engine
	Name   string
	ID     string
	Status Status
	mu     sync.Mutex
	states map[string]*State
	names  map[string]int // identifiers given to a resource, of whatever generation
	stuck  []string
}

// State is a resource as the stack knows it.
type State struct {
	Resource
	PhysicalID string
	Data       map[string]any // of the last success, for Fn::GetAtt
	requests   int
	asked      bool // a Create was sent
}

// Stack gives a new stack without resources.
func (e *Engine) Stack(name string) *Stack {
	return &Stack{engine: e, Name: name, states: map[string]*State{}, names: map[string]int{},
		ID: fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/%s/%s", e.options.Region,
			e.options.Account, name, e.uuid("stack "+name))}
}

// UUID is the last part of the stack's ARN.
func (s *Stack) UUID() string { return s.ID[strings.LastIndex(s.ID, "/")+1:] }

// State gives what the stack knows about a resource; ok is false for one that it does not have.
func (s *Stack) State(logicalID string) (state State, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.states[logicalID]; known != nil {
		return *known, true
	}
	return State{}, false
}

// Create makes all resources. When one fails, it deletes those that were begun: also the failed
// one, under the id that it answered with or, without an answer, one that is made up.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
func (s *Stack) Create(template []Resource) Status {
	s.engine.Note("CREATE %s", s.Name)
	if s.walk(template, false, s.create) {
		return s.ends(Created)
	}
	if s.deleteAll(begun(s, template)) {
		return s.ends(RolledBack)
	}
	return s.ends(RollbackFailed)
}

// Delete deletes what is left, dependents first. After DELETE_FAILED it can be called again.
func (s *Stack) Delete() Status {
	s.engine.Note("DELETE %s", s.Name)
	var left []Resource
	for _, id := range slices.Sorted(maps.Keys(s.states)) {
		left = append(left, s.states[id].Resource)
	}
	if s.deleteAll(left) {
		return s.ends(Deleted)
	}
	return s.ends(DeleteFailed)
}

func (s *Stack) ends(status Status) Status {
	s.engine.Note("%s is %s", s.Name, status)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Status = status
	return status
}

// Now gives Status while an operation may be at work.
func (s *Stack) Now() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Status
}

// begun lists the resources of a template for which a Create was sent.
func begun(s *Stack, template []Resource) (all []Resource) {
	for _, r := range template {
		if state, ok := s.State(r.LogicalID); ok && state.asked {
			all = append(all, r)
		}
	}
	return all
}

// deleteAll sends Delete for resources, dependents first, and forgets those that are gone. One that
// fails does not hold up others that do not wait for it; nothing is deleted that it needs.
// A resource with DeletionPolicy Retain is forgotten without an event.
func (s *Stack) deleteAll(resources []Resource) bool {
	return s.walk(resources, true, func(r Resource, _ <-chan struct{}) bool {
		state := s.state(r)
		if state.asked && !r.Retain && !s.remove(state, state.PhysicalID, state.Resource) {
			return false
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.states, r.LogicalID)
		return true
	})
}

// create sends Create. cancelled is closed when nobody waits for its answer any more.
func (s *Stack) create(r Resource, cancelled <-chan struct{}) bool {
	state := s.state(r)
	state.asked = true
	answer, ok := s.ask(state, "Create", "", r, nil, cancelled)
	state.PhysicalID = answer.PhysicalResourceID
	if state.PhysicalID == "" {
		state.PhysicalID = s.invent(r)
	}
	if ok {
		state.Data = answer.Data
	}
	return ok
}

// invent makes up a physical id, as CloudFormation does where it has none: seen in events as
// STACK-RESOURCE-1ABCDEF2GHIJ3 (remind101/empire#918).
func (s *Stack) invent(r Resource) string {
	id := strings.ReplaceAll(s.engine.uuid("physical id of "+s.next(r.LogicalID)), "-", "")
	return s.Name + "-" + r.LogicalID + "-" + strings.ToUpper(id[:13])
}

// remove sends one Delete. The answer's id means nothing.
func (s *Stack) remove(state *State, physicalID string, with Resource) bool {
	_, ok := s.ask(state, "Delete", physicalID, with, nil, nil)
	return ok
}

// Stuck lists the resources whose Update back failed in a rollback: the stack does not know what
// they have made since.
func (s *Stack) Stuck() []string { return slices.Clone(s.stuck) }

// next gives what nothing else of the engine is named.
func (s *Stack) next(logicalID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[logicalID]++
	return fmt.Sprintf("%s %s %d", s.ID, logicalID, s.names[logicalID])
}

// state gives a resource's state, a new one where there is none.
func (s *Stack) state(r Resource) *State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := s.states[r.LogicalID]
	if state == nil {
		state = &State{Resource: r}
		s.states[r.LogicalID] = state
	}
	return state
}

// ask sends one request and waits for its answer, but not longer than ServiceTimeout: an hour
// unless the template says less. The id is the last one known then.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
func (s *Stack) ask(
	state *State, kind, physicalID string, is Resource, was map[string]any,
	cancelled <-chan struct{},
) (Answer, bool) {
	e := s.engine
	timeout := time.Hour
	if is.Timeout > 0 {
		timeout = time.Duration(is.Timeout) * time.Second
	}
	request := &pending{answered: make(chan Answer, 1), sent: time.Now(), Request: Request{
		ID: e.uuid(s.next(is.LogicalID)), Kind: kind, StackID: s.ID, LogicalID: is.LogicalID,
		Type: is.Type, PhysicalID: physicalID, Token: is.Token, Number: state.requests,
		Timeout: timeout,
	}}
	state.requests++
	e.mu.Lock()
	e.requests[request.ID] = request
	e.mu.Unlock()
	e.Note("send %s %s of %s %s", kind, is.LogicalID, s.Name, physicalID)
	e.send(request.Request, e.event(request.Request, is.Properties, was))
	why := ""
	select {
	case answer := <-request.answered:
		return answer, answer.Status == "SUCCESS"
	case <-time.After(timeout):
		why = "got no answer"
	case <-cancelled:
		why = "is cancelled"
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	request.closed = true
	e.note("%s %s of %s %s", kind, is.LogicalID, s.Name, why)
	return Answer{Status: "FAILED", PhysicalResourceID: physicalID}, false
}

// walk works on resources at the same time, each once those that it waits for are done: the ones
// that it depends on, or those that depend on it where reverse is set. After a failure, nothing new
// is begun that waits for it; going forward, nothing new at all.
func (s *Stack) walk(
	resources []Resource, reverse bool, do func(Resource, <-chan struct{}) bool,
) bool {
	var group sync.WaitGroup
	failed := make(chan struct{})
	var once sync.Once
	done, good := map[string]chan struct{}{}, map[string]*bool{}
	for _, r := range resources {
		done[r.LogicalID], good[r.LogicalID] = make(chan struct{}), new(bool)
	}
	for _, r := range resources {
		group.Go(func() {
			defer close(done[r.LogicalID])
			ready := true
			for _, id := range waitsFor(r, resources, reverse) {
				<-done[id]
				ready = ready && *good[id]
			}
			select {
			case <-failed:
				ready = ready && reverse
			default:
			}
			var cancelled chan struct{}
			if s.engine.options.CancelOthers && !reverse {
				cancelled = failed
			}
			if ready && do(r, cancelled) {
				*good[r.LogicalID] = true
			} else {
				once.Do(func() { close(failed) })
			}
		})
	}
	group.Wait()
	for _, ok := range good {
		if !*ok {
			return false
		}
	}
	return true
}

func waitsFor(r Resource, all []Resource, reverse bool) (ids []string) {
	for _, other := range all {
		before, after := other, r
		if reverse {
			before, after = r, other
		}
		if slices.Contains(after.DependsOn, before.LogicalID) {
			ids = append(ids, other.LogicalID)
		}
	}
	return ids
}

// short gives a stack's name.
func short(stackID string) string {
	parts := strings.Split(stackID, "/")
	return parts[len(parts)-min(2, len(parts))]
}

func unchanged(a, b Resource) bool {
	return a.Type == b.Type && reflect.DeepEqual(texts(a.Properties), texts(b.Properties))
}
