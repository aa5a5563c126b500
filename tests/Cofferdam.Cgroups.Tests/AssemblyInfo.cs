// Kernel tests share the machine's hierarchies and count what is in them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
