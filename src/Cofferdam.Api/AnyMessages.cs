using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Api;

/// <summary>Messages inside a google.protobuf.Any, as containerd writes them.</summary>
/// <remarks>
/// <see cref="Any.Pack(IMessage)"/> asks the message for its descriptor, which builds the reflection data of the whole file
/// (hundreds of kilobytes in a process that should have two megabytes), and prefixes the URL with a host. Here neither happens.
/// </remarks>
public static class AnyMessages
{
    /// <summary>Packs <paramref name="message"/> under a name of <see cref="TypeUrls"/>.</summary>
    public static Any Pack(IMessage message, string typeUrl) => new() { TypeUrl = typeUrl, Value = message.ToByteString() };

    /// <summary>True when <paramref name="any"/> holds a message of this name, with or without a host before it.</summary>
    public static bool Is(Any? any, string typeUrl)
    {
        if (any is null || !any.TypeUrl.EndsWith(typeUrl, StringComparison.Ordinal)) return false;
        return any.TypeUrl.Length == typeUrl.Length || any.TypeUrl[^(typeUrl.Length + 1)] == '/';
    }

    /// <summary>The message in <paramref name="any"/>, or null when it holds another one.</summary>
    /// <exception cref="InvalidProtocolBufferException">The name is right, the bytes are not.</exception>
    public static T? Unpack<T>(Any? any, string typeUrl, MessageParser<T> parser) where T : class, IMessage<T> =>
        Is(any, typeUrl) ? parser.ParseFrom(any!.Value) : null;
}
