package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/lint"
)

// choices are the parameters of a stack with the values that matter; house stands for three.
func (p product) choices(t *testing.T, is template, stack string) []lint.Param {
	t.Helper()
	read := must(lint.ReadTemplate(is.json))(t)
	house := false
	var params []lint.Param
	for _, c := range read.Params {
		value, ours := p.values[stack+"/"+c.Name]
		if !ours {
			value, ours = p.values[c.Name]
		}
		switch {
		case houseRules[c.Name] != "":
			house = true
			continue
		case c.Name == "FunctionBucket" || c.Name == "FunctionPrefix":
			continue
		case ours && is.Parameters[c.Name].Default != nil:
			c.Values = []string{fmt.Sprint(is.Parameters[c.Name].Default), value}
		case ours:
			c.Values = strings.Split(value, "|")
		}
		params = append(params, c)
	}
	if house {
		params = append(params, lint.Param{Name: "house", Values: []string{"no", "yes"}})
	}
	return params
}

// entered turns a combination of choices into what the customer of an account enters.
func (p product) entered(a *account, is template, row map[string]string) map[string]string {
	values := map[string]string{}
	for name, value := range row {
		values[name] = strings.ReplaceAll(value, "ACCOUNT", a.id)
	}
	for name, rule := range houseRules {
		if _, has := is.Parameters[name]; has && row["house"] == "yes" {
			values[name] = rule
		}
	}
	delete(values, "house")
	if _, has := is.Parameters["FunctionBucket"]; has {
		values["FunctionBucket"], values["FunctionPrefix"] = a.copyOf(), copyPrefix
	}
	return values
}

// allowed gives every combination of choices, apart those that the template's rules refuse. Of more
// than 4096 it gives so many that any two choices meet.
func allowed(is template, params []lint.Param) (all, refused []map[string]string) {
	total := 1
	for _, p := range params {
		total *= len(p.Values)
	}
	if all = lint.Combinations(params); total <= 4096 {
		all = lint.Crossed(params)
	}
	for _, row := range all {
		if len(is.refusals(row)) > 0 {
			refused = append(refused, row)
		}
	}
	return slices.DeleteFunc(all, func(row map[string]string) bool { return len(is.refusals(row)) > 0 }), refused
}

// covering gives all of few combinations, and of many so many that any two choices which meet in one
// of them meet in one that is given: always the one with most pairs that have not met yet.
func covering(all []map[string]string) (chosen []map[string]string) {
	if len(all) <= 16 {
		return all
	}
	met := map[string]bool{}
	for {
		var best map[string]string
		most := 0
		for _, row := range all {
			news := 0
			for _, pair := range pairs(row) {
				if !met[pair] {
					news++
				}
			}
			if news > most {
				best, most = row, news
			}
		}
		if best == nil {
			return chosen
		}
		for _, pair := range pairs(best) {
			met[pair] = true
		}
		chosen = append(chosen, best)
	}
}

func pairs(row map[string]string) (all []string) {
	names := slices.Sorted(maps.Keys(row))
	for i, a := range names {
		for _, b := range names[:i] {
			all = append(all, a+"="+row[a]+" "+b+"="+row[b])
		}
	}
	return all
}

// farthest gives the combination, under the same house rules, that differs in most choices: what an
// update goes to. There is none where nothing else can be chosen.
func farthest(all []map[string]string, row map[string]string) (best map[string]string) {
	most := 0
	for _, other := range all {
		differ := 0
		for name, value := range row {
			if other[name] != value {
				differ++
			}
		}
		if other["house"] == row["house"] && differ > most {
			best, most = other, differ
		}
	}
	return best
}

func TestCovering(t *testing.T) {
	var params []lint.Param
	for _, name := range []string{"A", "B", "C", "D", "E", "F"} {
		params = append(params, lint.Param{Name: name, Values: []string{"0", "1"}})
	}
	params = append(params, lint.Param{Name: "house", Values: []string{"no", "yes"}})
	all, refused := allowed(template{}, params)
	chosen := covering(all)
	met := map[string]bool{}
	for _, row := range chosen {
		for _, pair := range pairs(row) {
			met[pair] = true
		}
	}
	if len(all) != 128 || len(refused) != 0 || len(chosen) > 10 || len(met) != 4*21 {
		t.Errorf("%d of %d cover %d pairs, want 84 by at most 10; %d refused", len(chosen), len(all), len(met), len(refused))
	}
	far := farthest(all, chosen[0])
	for name, value := range chosen[0] {
		if (far[name] == value) != (name == "house") {
			t.Errorf("%v is not the farthest from %v", far, chosen[0])
		}
	}
}
