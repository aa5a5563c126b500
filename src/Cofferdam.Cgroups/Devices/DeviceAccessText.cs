namespace Cofferdam.Cgroups;

/// <summary>The letters of config.json and of the kernel for <see cref="DeviceAccess"/>.</summary>
public static class DeviceAccessText
{
    /// <summary>Reads a composition of r, w and m; false for an empty text or another letter.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DeviceAccess access)
    {
        access = DeviceAccess.None;
        foreach (char letter in text)
        {
            switch (letter)
            {
                case 'r': access |= DeviceAccess.Read; break;
                case 'w': access |= DeviceAccess.Write; break;
                case 'm': access |= DeviceAccess.Mknod; break;
                default: return false;
            }
        }

        return access != DeviceAccess.None;
    }

    /// <summary>The letters, in the order r, w, m.</summary>
    public static string ToLetters(this DeviceAccess access) => access switch
    {
        DeviceAccess.All => "rwm",
        DeviceAccess.Read | DeviceAccess.Write => "rw",
        DeviceAccess.Read | DeviceAccess.Mknod => "rm",
        DeviceAccess.Write | DeviceAccess.Mknod => "wm",
        DeviceAccess.Read => "r",
        DeviceAccess.Write => "w",
        DeviceAccess.Mknod => "m",
        _ => "",
    };
}
