using Duramen.Core.Errors;
using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Connections;

/// <summary>The version of each API that a broker and this client both have.</summary>
internal sealed class BrokerVersions
{
    private readonly Dictionary<ApiKey, ApiVersionRange> _theirs = [];

    public BrokerVersions(ApiVersionsResponse response)
    {
        foreach (ApiVersionsResponse.Api api in response.Apis)
        {
            _theirs[(ApiKey)api.Key] = new(api.MinVersion, api.MaxVersion);
        }
    }

    /// <summary>Whether the broker has an API in a version from <paramref name="min"/> on.</summary>
    public bool Has(ApiKey key, short min = 0) => TryPick(key, out short version) && version >= min;

    /// <summary>The highest version that both have.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.UnsupportedVersion"/>: there is none.</exception>
    public short Pick(ApiKey key, BrokerAddress broker)
    {
        if (TryPick(key, out short version))
        {
            return version;
        }

        ApiVersionRange ours = KafkaApis.Get(key).Versions;
        string theirs = _theirs.TryGetValue(key, out ApiVersionRange range) ? FormattableString.Invariant($"versions {range.Min} to {range.Max}") : "no version";
        throw new ClientException(
            ClientErrors.UnsupportedVersion,
            FormattableString.Invariant($"Broker {broker} has {theirs} of {key}; this client has {ours.Min} to {ours.Max}."),
            "Use a broker and a client that have one in common.");
    }

    private bool TryPick(ApiKey key, out short version)
    {
        ApiVersionRange ours = KafkaApis.Get(key).Versions;
        version = -1;
        if (_theirs.TryGetValue(key, out ApiVersionRange theirs) && Math.Max(ours.Min, theirs.Min) is short min && Math.Min(ours.Max, theirs.Max) is short max && min <= max)
        {
            version = max;
        }

        return version >= 0;
    }
}
