using System.Net;
using Duramen.Broker.Connections;

namespace Duramen.Broker.Handlers.Cluster;

/// <summary>Where a client is told to find this broker: where it was configured, or where that client found it.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
internal readonly record struct BrokerAddress(string Host, int Port)
{
    public static BrokerAddress For(ClientConnection connection, BrokerOptions options)
    {
        var reached = connection.LocalEndPoint as IPEndPoint;
        IPAddress address = reached?.Address ?? IPAddress.Loopback;
        return new BrokerAddress(
            options.AdvertisedHost ?? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString(),
            options.AdvertisedPort ?? reached?.Port ?? 0);
    }
}
