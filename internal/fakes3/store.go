// Package fakes3 is an S3 in memory, for tests of what publishes: as strict as S3 about owners,
// regions, conditions and checksums, with faults on demand and a journal of what was asked. It is no
// part of byocfn.
package fakes3

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Bucket is one bucket. Everybody may read the objects of a public one; nobody without credentials may
// list them.
type Bucket struct {
	Region, Owner string
	Public        bool
}

// Object is one object as it was written.
type Object struct {
	Data                      []byte
	Checksum                  string // SHA-256 in base64, where it was sent
	ContentType, CacheControl string
}

// Call is one request, as the journal has it.
type Call struct {
	Action      string // of IAM, and s3:HeadObject
	Bucket, Key string
	Anonymous   bool
}

// String gives the action and what it is about.
func (c Call) String() string {
	return strings.TrimRight(c.Action+" "+c.Bucket+"/"+c.Key, "/ ")
}

// Refusal is an answer in place of the right one; the zero value is none.
type Refusal struct {
	Status        int
	Code, Message string
	Header        http.Header
}

// Store is S3, with STS at the same address. Account and Partition are those of all credentials.
type Store struct {
	Account, Partition string
	Fault              func(Call) Refusal // asked before a call is done; nil for no faults

	lock    sync.Mutex
	buckets map[string]Bucket
	objects map[string]Object // by bucket/key
	journal []Call
	breach  []string
}

// Make makes or changes a bucket.
func (s *Store) Make(name string, b Bucket) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.buckets == nil {
		s.buckets, s.objects = map[string]Bucket{}, map[string]Object{}
	}
	s.buckets[name] = b
}

// Put puts an object there, as somebody else would.
func (s *Store) Put(bucket, key string, o Object) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.objects[bucket+"/"+key] = o
}

// Get gives an object.
func (s *Store) Get(bucket, key string) (Object, bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	o, ok := s.objects[bucket+"/"+key]
	return o, ok
}

// Names lists all objects, as BUCKET/KEY.
func (s *Store) Names() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	var out []string
	for name := range s.objects {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Calls gives what was asked since the last time, in order.
func (s *Store) Calls() []Call {
	s.lock.Lock()
	defer s.lock.Unlock()
	out := s.journal
	s.journal = nil
	return out
}

// Breaches tells what was asked in a way that S3 or this project does not bear: a write without
// condition or checksum, a call that does not say whose the bucket should be.
func (s *Store) Breaches() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return slices.Clone(s.breach)
}

func (s *Store) breached(c Call, what string) {
	s.breach = append(s.breach, fmt.Sprintf("%s: %s", c, what))
}

// begin notes a call and gives the fault that it meets.
func (s *Store) begin(c Call) Refusal {
	s.lock.Lock()
	s.journal = append(s.journal, c)
	fault := s.Fault
	s.lock.Unlock()
	if fault == nil {
		return Refusal{}
	}
	return fault(c)
}
