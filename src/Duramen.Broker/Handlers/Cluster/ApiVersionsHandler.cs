using System.Text.RegularExpressions;
using Duramen.Broker.Connections;
using Duramen.Broker.Requests;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;

namespace Duramen.Broker.Handlers.Cluster;

/// <summary>
/// Says which APIs and versions there are. A request of a version that does not exist is answered in the oldest layout with the versions of this
/// API, so that the client can ask again (KIP-511).
/// </summary>
internal sealed partial class ApiVersionsHandler : IApiHandler
{
    private readonly List<ApiVersionsResponse.Api> _apis;

    /// <param name="others">The APIs of all other handlers.</param>
    public ApiVersionsHandler(IEnumerable<KafkaApi> others) =>
        _apis = [.. others.Append(Api).OrderBy(api => api.Key).Select(Entry)];

    /// <inheritdoc/>
    public KafkaApi Api { get; } = KafkaApis.Get(ApiKey.ApiVersions);

    /// <inheritdoc/>
    public int MaxRequestBytes => RequestLimits.GreetingMaxBytes;

    /// <inheritdoc/>
    public ValueTask<ResponseFrame?> StartAsync(ref KafkaReader reader, RequestContext context)
    {
        short version = context.Version;
        var response = new ApiVersionsResponse();
        if (!Api.Versions.Contains(version))
        {
            version = 0;
            response.ErrorCode = KafkaError.UnsupportedVersion;
            response.Apis = [Entry(Api)];
        }
        else
        {
            ApiVersionsRequest request = ApiVersionsRequest.Read(ref reader, version);
            bool isNamed = version < 3 || (SoftwareName().IsMatch(request.ClientSoftwareName) && SoftwareName().IsMatch(request.ClientSoftwareVersion));
            response.ErrorCode = isNamed ? KafkaError.None : KafkaError.InvalidRequest;
            response.Apis = isNamed ? _apis : [];
        }

        var frame = new ResponseFrame();
        KafkaFrames.WriteResponse(frame.Writer, response, version, context.CorrelationId);
        return new ValueTask<ResponseFrame?>(frame);
    }

    private static ApiVersionsResponse.Api Entry(KafkaApi api) =>
        new() { Key = (short)api.Key, MinVersion = api.Advertised.Min, MaxVersion = api.Advertised.Max };

    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex SoftwareName();
}
