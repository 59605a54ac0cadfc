using System.Globalization;

namespace Duramen.Client.Connections;

/// <summary>Where a broker listens.</summary>
internal readonly record struct BrokerAddress(string Host, int Port)
{
    /// <summary>Reads a list of addresses: <c>HOST:PORT</c> or <c>[IPV6]:PORT</c>, with commas between them.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.InvalidOption"/>.</exception>
    public static IReadOnlyList<BrokerAddress> ParseList(string text)
    {
        var addresses = new List<BrokerAddress>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            addresses.Add(TryParse(part, out BrokerAddress address) ? address : throw Invalid(part));
        }

        return addresses.Count > 0 ? addresses : throw Invalid(text);
    }

    /// <summary>The address as it is written in a list.</summary>
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static bool TryParse(string text, out BrokerAddress address)
    {
        address = default;
        int colon = text.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
        {
            return false;
        }

        string host = text[..colon];
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (isBracketed)
        {
            host = host[1..^1];
        }

        // A bare IPv6 address could end in what looks like a port.
        if (host.Length == 0 || (!isBracketed && host.Contains(':', StringComparison.Ordinal)))
        {
            return false;
        }

        address = new BrokerAddress(host, port);
        return true;
    }

    private static ClientException Invalid(string text) => new(
        ClientErrors.InvalidOption, $"'{text}' is not an address of a broker.", "Write HOST:PORT, and commas between several; an IPv6 address goes in brackets.");
}
