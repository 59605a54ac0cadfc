// Generated from Schema/ApiVersions.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that says which APIs and versions the server has.</summary>
public sealed class ApiVersionsRequest : IKafkaRequest<ApiVersionsRequest, ApiVersionsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ApiVersions;

    /// <summary>The name of the client library.</summary>
    public string ClientSoftwareName { get; set; } = "";

    /// <summary>The version of the client library.</summary>
    public string ClientSoftwareVersion { get; set; } = "";

    /// <inheritdoc/>
    public static ApiVersionsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ApiVersionsRequest", version, min: 0, max: 4, flexible: 3);
        var message = new ApiVersionsRequest();
        if (version >= 3)
        {
            message.ClientSoftwareName = reader.ReadString("ClientSoftwareName");
        }

        if (version >= 3)
        {
            message.ClientSoftwareVersion = reader.ReadString("ClientSoftwareVersion");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("ApiVersionsRequest", version, min: 0, max: 4, flexible: 3);
        if (version >= 3)
        {
            writer.WriteString(ClientSoftwareName, "ClientSoftwareName");
        }

        if (version >= 3)
        {
            writer.WriteString(ClientSoftwareVersion, "ClientSoftwareVersion");
        }

        writer.WriteNoTags();
    }
}
