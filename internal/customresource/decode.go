package customresource

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decode fills the struct that into points to from properties. CloudFormation sends every scalar
// as a string, so "true" is a boolean and "5" an integer where the struct says so. It fills what it
// can and gives one error for everything else: unknown keys and values of the wrong type.
// ServiceToken and ServiceTimeout are CloudFormation's own and never unknown.
func decode(properties map[string]any, into any) error {
	fields := map[string]reflect.Value{}
	collect(reflect.ValueOf(into).Elem(), fields)
	var problems []string
	advice := ""
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		field, known := fields[key]
		switch {
		case known:
			if err := assign(field, properties[key]); err != nil {
				problems = append(problems, fmt.Sprintf("property %s %v", key, err))
			}
		case key != "ServiceToken" && key != "ServiceTimeout":
			problems = append(problems,
				fmt.Sprintf("property %q is not known to this function", key))
			advice = ". Use the template and the functions of one release"
		}
	}
	if problems == nil {
		return nil
	}
	return errors.New(strings.Join(problems, "; ") + advice)
}

func collect(value reflect.Value, fields map[string]reflect.Value) {
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if field.Anonymous {
			collect(value.Field(i), fields)
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.IsExported() && name != "" && name != "-" {
			fields[name] = value.Field(i)
		}
	}
}

// assign sets a field; null leaves it as it is.
func assign(field reflect.Value, value any) error {
	if value == nil {
		return nil
	}
	if field.Kind() == reflect.Slice {
		items, ok := value.([]any)
		if !ok {
			return errors.New("must be a list")
		}
		list := reflect.MakeSlice(field.Type(), len(items), len(items))
		for i, item := range items {
			if err := assign(list.Index(i), item); err != nil {
				return fmt.Errorf("item %d %w", i+1, err)
			}
		}
		field.Set(list)
		return nil
	}
	text, err := scalar(value)
	if err != nil {
		return err
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return errors.New(`must be "true" or "false"`)
		}
		field.SetBool(text == "true")
	case reflect.Int, reflect.Int64:
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errors.New("must be a whole number")
		}
		field.SetInt(number)
	default:
		return fmt.Errorf("has the unsupported type %s", field.Type())
	}
	return nil
}

func scalar(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case bool:
		return strconv.FormatBool(value), nil
	case json.Number:
		return value.String(), nil
	}
	return "", errors.New("must be a single value")
}
