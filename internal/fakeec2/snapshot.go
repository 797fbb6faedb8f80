package fakeec2

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// Snapshot is the true state of a Cloud at one moment, without lag, sorted by id. Endpoints that
// are deleted and only linger are not in it.
type Snapshot struct {
	VPCs        []VPC
	Subnets     []Subnet
	RouteTables []RouteTable
	Services    []Service
	Endpoints   []Endpoint
}

// Snapshot copies the state.
func (c *Cloud) Snapshot() Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(time.Now())
	return Snapshot{
		VPCs:        sorted(&c.vpcs, func(v VPC) string { return v.ID }),
		Subnets:     sorted(&c.subnets, func(s Subnet) string { return s.ID }),
		RouteTables: sorted(&c.tables, func(r RouteTable) string { return r.ID }),
		Services:    sorted(&c.services, func(s Service) string { return s.Name }),
		Endpoints: slices.DeleteFunc(sorted(&c.endpoints, func(e Endpoint) string { return e.ID }),
			func(e Endpoint) bool { return e.State == deleted }),
	}
}

func sorted[T kind[T]](in *store[T], id func(T) string) (all []T) {
	for _, value := range in.all() {
		all = append(all, (*value).clone())
	}
	slices.SortFunc(all, func(a, b T) int { return cmp.Compare(id(a), id(b)) })
	return all
}

// Endpoint gives the endpoint of an id; ok is false where it is not there.
func (s Snapshot) Endpoint(id string) (e Endpoint, ok bool) {
	for _, e := range s.Endpoints {
		if e.ID == id {
			return e, true
		}
	}
	return Endpoint{}, false
}

// Differences gives a line for every object that differs between two snapshots: "ID: OLD => NEW",
// with nothing on the side where it does not exist. No line means that they are the same.
func (s Snapshot) Differences(other Snapshot) (lines []string) {
	if reflect.DeepEqual(s, other) {
		return nil
	}
	was, is := s.texts(), other.texts()
	ids := maps.Clone(was)
	maps.Copy(ids, is)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if was[id] != is[id] {
			lines = append(lines, fmt.Sprintf("%s: %s => %s", id, was[id], is[id]))
		}
	}
	return lines
}

func (s Snapshot) texts() map[string]string {
	texts := map[string]string{}
	for _, v := range s.VPCs {
		texts[v.ID] = text(&v)
	}
	for _, v := range s.Subnets {
		texts[v.ID] = text(&v)
	}
	for _, v := range s.RouteTables {
		texts[v.ID] = text(&v)
	}
	for _, v := range s.Services {
		texts[v.Name] = text(&v)
	}
	for _, v := range s.Endpoints {
		texts[v.ID] = text(&v)
	}
	return texts
}
