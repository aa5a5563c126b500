namespace Cofferdam.Containers.Checkpoint;

/// <summary>criu_req_type of CRIU's rpc.proto.</summary>
internal enum CriuRequestType
{
    Empty = 0,
    Dump = 1,
    Restore = 2,
    PreDump = 4,
    Notify = 6,
    FeatureCheck = 9,
    Version = 10,
}
