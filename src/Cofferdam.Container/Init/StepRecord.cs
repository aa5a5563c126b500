namespace Cofferdam.Containers.Init;

/// <summary>One encoded step: an operation and its operands, which are numbers or offsets to NUL-terminated strings.</summary>
internal struct StepRecord
{
    public int Op;
    public int Reserved;
    public long A, B, C, D, E, F, G, H;
}
