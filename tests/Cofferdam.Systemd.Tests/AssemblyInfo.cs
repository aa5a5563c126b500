// The address of the bus is an environment variable, which the whole process shares.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
