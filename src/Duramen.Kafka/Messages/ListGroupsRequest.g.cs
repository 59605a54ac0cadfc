// Generated from Schema/ListGroups.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that lists the groups that this broker coordinates.</summary>
public sealed class ListGroupsRequest : IKafkaRequest<ListGroupsRequest, ListGroupsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ListGroups;

    /// <summary>The states that groups must be in to be listed; empty for all.</summary>
    public List<string> StatesFilter { get; set; } = [];

    /// <summary>The types that groups must be of to be listed; empty for all.</summary>
    public List<string> TypesFilter { get; set; } = [];

    /// <inheritdoc/>
    public static ListGroupsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ListGroupsRequest", version, min: 0, max: 5, flexible: 3);
        var message = new ListGroupsRequest();
        if (version >= 4)
        {
            reader.ReadStrings(message.StatesFilter, "StatesFilter");
        }

        if (version >= 5)
        {
            reader.ReadStrings(message.TypesFilter, "TypesFilter");
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("ListGroupsRequest", version, min: 0, max: 5, flexible: 3);
        if (version >= 4)
        {
            writer.WriteStrings(StatesFilter, "StatesFilter");
        }
        else
        {
            writer.Omit("StatesFilter", isSet: StatesFilter.Count > 0);
        }

        if (version >= 5)
        {
            writer.WriteStrings(TypesFilter, "TypesFilter");
        }
        else
        {
            writer.Omit("TypesFilter", isSet: TypesFilter.Count > 0);
        }

        writer.WriteNoTags();
    }
}
