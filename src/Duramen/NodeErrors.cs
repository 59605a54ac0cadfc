using Duramen.Core.Errors;

namespace Duramen;

/// <summary>The codes of what can keep a node from starting, beside those of its data folder.</summary>
public static class NodeErrors
{
    /// <summary>An address cannot be listened on: another program has the port, or it is not this machine's.</summary>
    public static ErrorCode AddressUnavailable => new("address-unavailable");
}
