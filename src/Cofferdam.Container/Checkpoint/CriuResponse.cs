namespace Cofferdam.Containers.Checkpoint;

/// <summary>criu_resp of CRIU's rpc.proto: what we read of it.</summary>
internal sealed record CriuResponse
{
    public CriuRequestType Type { get; init; }

    public bool Success { get; init; }

    /// <summary>cr_errno.</summary>
    public int Errno { get; init; }

    /// <summary>restore.pid: init's pid in CRIU's pid namespace.</summary>
    public int RestoredPid { get; init; }

    /// <summary>notify.script: the stage that CRIU has come to.</summary>
    public string Stage { get; init; } = "";

    /// <summary>notify.pid: init's pid, from the stage at which there is one.</summary>
    public int StagePid { get; init; }

    /// <summary>features.mem_track.</summary>
    public bool TracksMemory { get; init; }

    /// <summary>features.lazy_pages.</summary>
    public bool HasLazyPages { get; init; }

    /// <summary>version: 31500 for 3.15.</summary>
    public int Version { get; init; }

    public static CriuResponse Parse(ReadOnlySpan<byte> message)
    {
        CriuResponse response = new();
        ProtobufReader reader = new(message);
        while (reader.Next())
        {
            response = reader.Field switch
            {
                1 => response with { Type = (CriuRequestType)reader.Number },
                2 => response with { Success = reader.Number != 0 },
                4 => response with { RestoredPid = (int)NumberOf(reader.Content, 1) },
                5 => ParseNotify(response, reader.Content),
                7 => response with { Errno = (int)reader.Number },
                8 => response with { TracksMemory = NumberOf(reader.Content, 1) != 0, HasLazyPages = NumberOf(reader.Content, 2) != 0 },
                10 => response with { Version = ParseVersion(reader.Content) },
                _ => response,
            };
        }

        return response;
    }

    private static CriuResponse ParseNotify(CriuResponse response, ReadOnlySpan<byte> notify)
    {
        ProtobufReader reader = new(notify);
        while (reader.Next())
        {
            if (reader.Field == 1) response = response with { Stage = reader.Text };
            else if (reader.Field == 2) response = response with { StagePid = (int)reader.Number };
        }

        return response;
    }

    // A version under development ("4.0-rc1", gitid set) counts as the one before the next minor, as CRIU counts itself.
    private static int ParseVersion(ReadOnlySpan<byte> version)
    {
        int number = (int)((NumberOf(version, 1) * 10000) + (NumberOf(version, 2) * 100));
        return number + (int)NumberOf(version, 4);
    }

    private static ulong NumberOf(ReadOnlySpan<byte> message, int field)
    {
        ProtobufReader reader = new(message);
        while (reader.Next())
        {
            if (reader.Field == field) return reader.Number;
        }

        return 0;
    }
}
