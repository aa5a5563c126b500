// Descriptors, children and signals belong to the process, so tests that count or reap them must run alone.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
