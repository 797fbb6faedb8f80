package lint

import (
	"fmt"
	"reflect"
	"testing"
)

func TestCombinationsAreAll(t *testing.T) {
	got := Combinations([]Param{
		{"Agent", []string{"off", "on"}},
		{"Vpc", []string{"vpc-1"}},
		{"Size", []string{"s", "m", "l"}},
	})
	var text []string
	for _, row := range got {
		text = append(text, row["Agent"]+row["Vpc"]+row["Size"])
	}
	want := "[offvpc-1s offvpc-1m offvpc-1l onvpc-1s onvpc-1m onvpc-1l]"
	if fmt.Sprint(text) != want {
		t.Errorf("got %v, want %s", text, want)
	}
	if none := Combinations(nil); len(none) != 1 || len(none[0]) != 0 {
		t.Errorf("without parameters there is one launch, got %v", none)
	}
}

func TestCombinationsTurnPairwiseBeyond64(t *testing.T) {
	for _, count := range []int{6, 7, 12} {
		rows := Combinations(switches(count))
		if count == 6 && len(rows) != 64 {
			t.Errorf("6 switches make 64 combinations, got %d", len(rows))
		}
		if count > 6 && len(rows) >= 32 {
			t.Errorf("%d switches: %d rows are too many for pairs", count, len(rows))
		}
		if unmet := unmetPairs(switches(count), rows); len(unmet) > 0 {
			t.Errorf("%d switches: never together: %v", count, unmet)
		}
		if !reflect.DeepEqual(rows, Combinations(switches(count))) {
			t.Errorf("%d switches: two calls differ", count)
		}
	}
}

func TestPairwiseWithUnevenParameters(t *testing.T) {
	params := append(switches(5),
		Param{"Mode", []string{"a", "b", "c", "d"}},
		Param{"Vpc", []string{"v"}})
	rows := Combinations(params)
	if unmet := unmetPairs(params, rows); len(unmet) > 0 {
		t.Errorf("never together: %v", unmet)
	}
	for i, value := range []string{"a", "d"} {
		if rows[i]["Mode"] != value || rows[i]["S0"] != []string{"off", "on"}[i] {
			t.Errorf("row %d is not all first or all last values: %v", i, rows[i])
		}
	}
	for _, row := range rows {
		if len(row) != len(params) {
			t.Errorf("%v misses a parameter", row)
		}
	}
	if unmet := unmetPairs(params, rows[:2]); len(unmet) == 0 {
		t.Error("the check for pairs sees no gap where there are many")
	}
}

func switches(count int) (params []Param) {
	for i := range count {
		params = append(params, Param{fmt.Sprintf("S%d", i), []string{"off", "on"}})
	}
	return params
}

func unmetPairs(params []Param, rows []map[string]string) (unmet []string) {
	for i, p := range params {
		for _, q := range params[i+1:] {
			for _, a := range p.Values {
				for _, b := range q.Values {
					if !together(rows, p.Name, a, q.Name, b) {
						unmet = append(unmet, p.Name+"="+a+" "+q.Name+"="+b)
					}
				}
			}
		}
	}
	return unmet
}

func together(rows []map[string]string, p, a, q, b string) bool {
	for _, row := range rows {
		if row[p] == a && row[q] == b {
			return true
		}
	}
	return false
}
