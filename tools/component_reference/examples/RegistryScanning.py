RegistryScanning("scanning")
