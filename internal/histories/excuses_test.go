package histories

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

// mark is a user tag on an endpoint: which resource of which stack depends on it, since which request.
type mark struct {
	stack   *engine.Stack
	key     string
	request string
}

// marksOn reads the user tags of an endpoint.
func (w *world) marksOn(e fakeec2.Endpoint) (all []mark) {
	for _, key := range slices.Sorted(maps.Keys(e.Tags)) {
		for _, stack := range w.stacks {
			if strings.HasPrefix(key, userTag+stack.UUID()) {
				_, request, _ := strings.Cut(e.Tags[key], " ")
				all = append(all, mark{stack, key, request})
			}
		}
	}
	return all
}

// excused tells whether an endpoint is left on purpose: the customer had a hand in it, or every mark
// on it has an excuse. One without marks has a route table of the customer's, or was handed over by
// two users to each other at the same time, and a process died before it looked again.
func (w *world) excused(e fakeec2.Endpoint) bool {
	w.mu.Lock()
	touched := w.touched[e.ID]
	w.mu.Unlock()
	marks, handed := w.marksOn(e), w.said(e.ID+" stays: 1 other users depend on it")
	if touched || len(marks) == 0 && (handed > 0 && w.Rough ||
		len(e.Tables) > 1 && w.said(e.ID+" stays: route tables were added to it") > 0) {
		return true
	}
	return len(marks) > 0 && !slices.ContainsFunc(marks, func(m mark) bool {
		return !w.excusedMark(e, m)
	})
}

// excusedMark tells why a mark may stay: its resource has a DeletionPolicy; or its request was still
// worked on when CloudFormation had its answer or had given up, so that no Delete followed (a copy of
// an event, or a second run); or the rollback of its resource died as well as its Update, so that
// CloudFormation does not know of it; or the Delete of its resource says that EC2 did not let it.
func (w *world) excusedMark(e fakeec2.Endpoint, m mark) bool {
	i := slices.Index(w.stacks, m.stack)
	if w.retained[i] || w.engine.Orphan(m.stack.ID, m.request) && !w.deletedSince(e, m) {
		return true
	}
	if slices.ContainsFunc(m.stack.Stuck(), m.of) {
		return true
	}
	return slices.ContainsFunc(w.engine.Answers(), func(a engine.Answer) bool {
		return a.Request.Kind == "Delete" && a.Request.StackID == m.stack.ID &&
			m.of(a.Request.LogicalID) &&
			(strings.HasPrefix(a.Reason, "left in place: ") ||
				strings.Contains(a.Reason, e.ID+" is left in place: "))
	})
}

// deletedSince tells whether a Delete of the resource on the endpoint's route table began when its
// mark was to be seen: then the mark has no excuse for being late.
func (w *world) deletedSince(e fakeec2.Endpoint, m mark) bool {
	text, marked := m.key+":"+e.Tags[m.key], time.Time{}
	for _, write := range w.cloud.Journal() {
		for _, change := range write.Changes {
			if change.ID == e.ID && !strings.Contains(change.Before, text) &&
				strings.Contains(change.After, text) {
				marked = write.At
			}
		}
	}
	return slices.ContainsFunc(w.engine.Answers(), func(a engine.Answer) bool {
		id := a.Request.PhysicalID
		return a.Request.Kind == "Delete" && a.Request.StackID == m.stack.ID &&
			m.of(a.Request.LogicalID) && a.Begun.After(marked.Add(visible)) &&
			slices.Contains(e.Tables, id[strings.LastIndex(id, "/")+1:])
	})
}

// of tells whether it is a resource's.
func (m mark) of(logicalID string) bool {
	sum := sha256.Sum256([]byte(logicalID))
	return strings.HasSuffix(m.key, "/"+hex.EncodeToString(sum[:4]))
}

// said counts the answers to Deletes that hold a text.
func (w *world) said(text string) (n int) {
	for _, a := range w.engine.Answers() {
		if a.Request.Kind == "Delete" && strings.Contains(a.Reason, text) {
			n++
		}
	}
	return n
}

// changed is I5 and I12: what differs from a snapshot, except DNS, since when a resource uses an
// endpoint, and what has an excuse: endpoints and marks that were not there before, and endpoints
// of ours that nobody used.
func (w *world) changed(before fakeec2.Snapshot) (all []string) {
	now := w.cloud.Snapshot()
	before.Endpoints = slices.DeleteFunc(slices.Clone(before.Endpoints), func(e fakeec2.Endpoint) bool {
		_, ours := e.Tags[vendor+":managed"]
		_, stays := now.Endpoint(e.ID)
		return ours && !stays && len(w.marksOn(e)) == 0
	})
	now.Endpoints = slices.DeleteFunc(now.Endpoints, func(e fakeec2.Endpoint) bool {
		_, ours := e.Tags[vendor+":managed"]
		_, before := before.Endpoint(e.ID)
		return ours && !before && w.excused(e)
	})
	for _, e := range now.Endpoints {
		was, _ := before.Endpoint(e.ID)
		for _, m := range w.marksOn(e) {
			if _, old := was.Tags[m.key]; !old && w.excusedMark(e, m) {
				delete(e.Tags, m.key)
			}
		}
	}
	return w.plain(before).Differences(w.plain(now))
}

// plain leaves out what may differ.
func (w *world) plain(s fakeec2.Snapshot) fakeec2.Snapshot {
	s.VPCs, s.Endpoints = slices.Clone(s.VPCs), slices.Clone(s.Endpoints)
	for i := range s.VPCs {
		s.VPCs[i].DNSSupport, s.VPCs[i].DNSHostnames = true, true
	}
	for i, e := range s.Endpoints {
		s.Endpoints[i].Tags = maps.Clone(e.Tags)
		for _, m := range w.marksOn(e) {
			s.Endpoints[i].Tags[m.key] = ""
		}
		if strings.HasPrefix(e.ID, "vpce-0stack") { // it goes with its stack, and its names with it
			s.Endpoints[i].PrivateDNS = false
		}
	}
	return s
}
