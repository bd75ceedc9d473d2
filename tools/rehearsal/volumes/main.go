// Velero's own restore action that changes storage classes, run over one object.
//
// Standard input is {"configMaps": [...], "storageClasses": [...], "item": {...}}: what the cluster has, and the object
// that a restore would make. Standard output is the object as the action hands it on. Its refusal is standard error,
// with exit code 1.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"github.com/vmware-tanzu/velero/pkg/restore/actions"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
)

type world struct {
	ConfigMaps     []corev1.ConfigMap       `json:"configMaps"`
	StorageClasses []storagev1.StorageClass `json:"storageClasses"`
	Item           map[string]any           `json:"item"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var given world
	if err := json.NewDecoder(in).Decode(&given); err != nil {
		return err
	}
	var objects []runtime.Object
	for index := range given.ConfigMaps {
		objects = append(objects, &given.ConfigMaps[index])
	}
	for index := range given.StorageClasses {
		objects = append(objects, &given.StorageClasses[index])
	}
	client := fake.NewClientset(objects...)
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	action := actions.NewChangeStorageClassAction(
		logger, client.CoreV1().ConfigMaps("velero"), client.StorageV1().StorageClasses())
	item := &unstructured.Unstructured{Object: given.Item}
	done, err := action.Execute(&velero.RestoreItemActionExecuteInput{Item: item})
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(done.UpdatedItem.UnstructuredContent())
}
