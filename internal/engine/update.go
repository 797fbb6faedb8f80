package engine

import (
	"maps"
	"slices"
)

// change is what an update did to one resource.
type change struct {
	state   *State
	was, is Resource
	oldID   string
	data    map[string]any
	created bool
}

// Update changes the stack to a template. Resources whose properties are as before get no event.
// One that answers with another id is replaced: the old id gets its Delete in the cleanup, after
// the whole update has succeeded. A failure rolls back: every resource that an Update was sent for
// gets an Update with old and new exchanged, and the cleanup then deletes what is new.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-update.html
// The order of the rollback is known from threads: aws/aws-cdk#27199, #29581,
// iRobotCorporation/cfn-custom-resource#3.
func (s *Stack) Update(template []Resource) Status {
	s.engine.Note("UPDATE %s", s.Name)
	changes := s.changes(template)
	var work []Resource
	for _, c := range changes {
		work = append(work, c.is)
	}
	begun := map[string]bool{}
	good := s.walk(work, false, func(r Resource, cancelled <-chan struct{}) bool {
		s.mu.Lock()
		begun[r.LogicalID] = true
		s.mu.Unlock()
		if c := changes[r.LogicalID]; !c.created {
			return s.change(c, cancelled)
		}
		return s.create(r, cancelled)
	})
	maps.DeleteFunc(changes, func(id string, c *change) bool {
		if c.created && !begun[id] {
			delete(s.states, id)
		}
		return !begun[id]
	})
	if !good {
		return s.rollBack(changes)
	}
	for _, id := range slices.Sorted(maps.Keys(changes)) {
		c := changes[id]
		c.state.Resource = c.is
		if !c.created && c.state.PhysicalID != c.oldID {
			s.clean(c.state, c.oldID, c.was)
		}
	}
	s.cleanRemoved(template)
	return s.ends(Updated)
}

// changes compares the stack with a template.
func (s *Stack) changes(template []Resource) map[string]*change {
	all := map[string]*change{}
	for _, r := range template {
		known, ok := s.State(r.LogicalID)
		switch state := s.state(r); {
		case !ok:
			all[r.LogicalID] = &change{state: state, is: r, created: true}
		case !unchanged(known.Resource, r):
			all[r.LogicalID] = &change{state: state, was: known.Resource, is: r,
				oldID: known.PhysicalID, data: known.Data}
		}
	}
	return all
}

// change sends Update. The id of a failed one counts, too: it is what a rollback deletes.
func (s *Stack) change(c *change, cancelled <-chan struct{}) bool {
	answer, ok := s.ask(c.state, "Update", c.oldID, c.is, c.was.Properties, cancelled)
	if answer.PhysicalResourceID != "" {
		c.state.PhysicalID = answer.PhysicalResourceID
	}
	if ok {
		c.state.Data = answer.Data
	}
	return ok
}

// rollBack updates what was changed back and deletes what is new. When an Update back fails, the
// user is taken to try once more; the second failure stays (UPDATE_ROLLBACK_FAILED).
func (s *Stack) rollBack(changes map[string]*change) Status {
	s.engine.Note("ROLL BACK %s", s.Name)
	failed := false
	type rest struct {
		state *State
		id    string
		is    Resource
	}
	var surplus []rest
	for _, id := range slices.Sorted(maps.Keys(changes)) {
		c := changes[id]
		if c.created {
			surplus = append(surplus, rest{c.state, c.state.PhysicalID, c.is})
			continue
		}
		newID := c.state.PhysicalID
		if !s.back(c, newID) && !s.back(c, newID) {
			failed, s.stuck = true, append(s.stuck, id)
			continue
		}
		if c.state.PhysicalID != newID {
			surplus = append(surplus, rest{c.state, newID, c.is})
		}
		if s.engine.options.RollbackWithOld && c.state.PhysicalID != c.oldID && newID != c.oldID {
			surplus = append(surplus, rest{c.state, c.oldID, c.was})
		}
	}
	if failed {
		return s.ends(UpdateRollbackFailed)
	}
	for _, r := range surplus {
		s.clean(r.state, r.id, r.is)
		if changes[r.is.LogicalID].created {
			s.mu.Lock()
			delete(s.states, r.is.LogicalID)
			s.mu.Unlock()
		}
	}
	return s.ends(UpdateRolledBack)
}

// back sends the Update of a rollback.
func (s *Stack) back(c *change, newID string) bool {
	names := newID
	if s.engine.options.RollbackWithOld {
		names = c.oldID
	}
	answer, ok := s.ask(c.state, "Update", names, c.was, c.is.Properties, nil)
	if ok {
		c.state.PhysicalID, c.state.Data, c.state.Resource = answer.PhysicalResourceID,
			answer.Data, c.was
	}
	return ok
}

// clean is a Delete of the cleanup: it is tried three times, and its failure stops nothing.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events-by-operation.html
// says that resources may be left; the number of tries is not verified.
func (s *Stack) clean(state *State, physicalID string, with Resource) {
	for range 3 {
		if with.Retain || s.remove(state, physicalID, with) {
			return
		}
	}
	s.engine.Note("%s stays behind", physicalID)
}

// cleanRemoved deletes what the template does not have any more.
func (s *Stack) cleanRemoved(template []Resource) {
	for _, id := range slices.Sorted(maps.Keys(s.states)) {
		stays := slices.ContainsFunc(template, func(r Resource) bool { return r.LogicalID == id })
		if state := s.states[id]; !stays {
			s.clean(state, state.PhysicalID, state.Resource)
			delete(s.states, id)
		}
	}
}
