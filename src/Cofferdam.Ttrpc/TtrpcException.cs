namespace Cofferdam.Ttrpc;

/// <summary>A call that failed, on either side: what a handler throws is the status that its caller gets.</summary>
public sealed class TtrpcException : Exception
{
    public TtrpcException(TtrpcStatus status) : base(status.Message) => Status = status;

    public TtrpcException(TtrpcCode code, string message) : this(new TtrpcStatus(code, message))
    {
    }

    public TtrpcStatus Status { get; }
}
