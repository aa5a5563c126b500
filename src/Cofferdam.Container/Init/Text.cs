namespace Cofferdam.Containers.Init;

/// <summary>NUL-terminated bytes, without libc and without the runtime.</summary>
// SAFETY: every pointer is NUL-terminated; destinations are sized by the caller, who passes their limit.
internal static unsafe class Text
{
    public static int Length(byte* text)
    {
        int length = 0;
        while (text[length] != 0) length++;
        return length;
    }

    public static bool Equal(byte* left, byte* right)
    {
        while (*left != 0 && *left == *right)
        {
            left++;
            right++;
        }
        return *left == *right;
    }

    public static bool StartsWith(byte* text, byte* prefix)
    {
        while (*prefix != 0)
            if (*text++ != *prefix++) return false;
        return true;
    }

    /// <summary>Appends <paramref name="text"/> at <paramref name="at"/>; returns the new end, or null beyond the limit.</summary>
    public static byte* Append(byte* at, byte* limit, byte* text)
    {
        if (at == null) return null;
        while (*text != 0)
        {
            if (at + 1 >= limit) return null;
            *at++ = *text++;
        }
        *at = 0;
        return at;
    }

    public static byte* AppendNumber(byte* at, byte* limit, long value)
    {
        if (at == null || limit - at < 24) return null;
        if (value < 0)
        {
            *at++ = (byte)'-';
            value = -value;
        }
        byte* first = at;
        do
        {
            *at++ = (byte)('0' + (int)(value % 10));
            value /= 10;
        }
        while (value != 0);
        *at = 0;
        for (byte* last = at - 1; first < last; first++, last--) (*first, *last) = (*last, *first);
        return at;
    }

    /// <summary>Reads a decimal number at <paramref name="at"/>; -1 where there is none or it exceeds 32 bits.</summary>
    public static long ParseNumber(ref byte* at, byte* end)
    {
        if (at >= end || *at < (byte)'0' || *at > (byte)'9') return -1;
        long value = 0;
        while (at < end && *at >= (byte)'0' && *at <= (byte)'9')
        {
            value = value * 10 + (*at++ - (byte)'0');
            if (value > uint.MaxValue) return -1;
        }
        return value;
    }
}
