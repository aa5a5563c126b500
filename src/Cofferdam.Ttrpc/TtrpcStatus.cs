using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Ttrpc;

/// <summary>How a call ended (google.rpc.Status).</summary>
public sealed class TtrpcStatus
{
    public TtrpcStatus(TtrpcCode code, string message, IReadOnlyList<Any>? details = null)
    {
        Code = code;
        Message = message;
        Details = details ?? [];
    }

    public static TtrpcStatus Ok { get; } = new(TtrpcCode.Ok, "");

    /// <summary>What a call gets whose connection ended before its answer came; Go says the same.</summary>
    public static TtrpcStatus Closed { get; } = new(TtrpcCode.Unavailable, "ttrpc: closed");

    /// <summary>What a call gets that was not answered in time.</summary>
    public static TtrpcStatus TimedOut { get; } = new(TtrpcCode.DeadlineExceeded, "context deadline exceeded");

    public TtrpcCode Code { get; }

    public string Message { get; }

    /// <summary>More about a failure, for programs.</summary>
    public IReadOnlyList<Any> Details { get; }

    public bool IsOk => Code == TtrpcCode.Ok;

    public override string ToString() => $"{Code}: {Message}";
}
